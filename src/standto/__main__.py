"""`python -m standto` is the command `standto`."""

from standto.cli import main

if __name__ == "__main__":
    main()
