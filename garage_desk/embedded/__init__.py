"""PostgreSQL and Valkey from the locked packages, for machines where none is configured.

`python -m garage_desk.embedded -- COMMAND` runs a command with both up; `--serve` runs the whole product, as `make run`
does. For developing, testing and trying out only: production brings its own servers (see docker-compose.yml).
"""
