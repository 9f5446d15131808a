"""CSV files of responses, keys and judgements that people bring to have them analysed."""
