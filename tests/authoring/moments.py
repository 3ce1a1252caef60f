from datetime import UTC

from hypothesis import strategies as st

MOMENTS = st.none() | st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC))
