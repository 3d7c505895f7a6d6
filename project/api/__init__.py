"""The REST API, `/api/v1`: the same rights, steps and refusals as the pages."""
