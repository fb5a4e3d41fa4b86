"""What a document says, as plain data: sections, blocks, exhibits. It knows no renderer."""
