from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Our sign-in rules; `enrollment.gate` adds the way through the gate."""
