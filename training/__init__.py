"""Training of the relation encoder: own text, generator, training and export. Not part of the installed package."""
