"""`studio demo`: the main job from documents to a promoted model, through the client, with a summary at the end."""
