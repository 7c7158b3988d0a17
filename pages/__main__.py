"""Build the site: `python -m pages [FOLDER [LESSON ...]]`."""

import sys

from pages.site import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
