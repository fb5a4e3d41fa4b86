"""Files and cells written safely: atomic, sealed, quoted, named."""
