"""The enforcement pack as it travels: the document, its signed manifest, and how whoever receives it checks both."""
