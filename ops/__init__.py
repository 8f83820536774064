"""Running the studio: laptop supervisor, containers, commands of the operator."""
