"""`python -m ops COMMAND`: the operator's commands without the `studio` command around them."""

from ops.cli import app

if __name__ == "__main__":
    app(prog_name="studio")
