"""A second reading of the formats: questions drawn at random, with answers worked out from the format pages alone."""
