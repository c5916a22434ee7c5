"""What a schema can not say: whether the parts of a pack fit together. One module for each noun."""
