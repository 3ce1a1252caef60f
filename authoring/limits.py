"""How large a course folder may be. Far above any real course, far below what would hurt a server."""

ARCHIVE_BYTES = 2_000_000_000  # a zip as it is uploaded; recordings hardly pack
FILES = 2_000  # with folders, before any of them is read
FILE_BYTES = 1_000_000  # one text; a lesson of 20,000 words has 130,000
COVER_BYTES = 5_000_000
BANK_BYTES = 5_000_000  # questions.gift; ten thousand questions have 4 MB
TOTAL_BYTES = 64_000_000  # all texts together, unpacked: they are held in memory
RECORDING_BYTES = 500_000_000  # one recording; an hour of CD quality has 635 MB, of m4a 60 MB
RECORDINGS_BYTES = 4_000_000_000  # all recordings together
RATIO = 100  # unpacked to packed; prose packs 3:1, repeated lines 30:1
NAME_LENGTH = 200  # characters of a path
DEPTH = 4  # archive folder, chapter, lesson, and one to spare
YAML_DEPTH = 4
