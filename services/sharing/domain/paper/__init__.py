"""The pack on paper: from its material to a document in two volumes, their PDFs, and the files that are sent."""
