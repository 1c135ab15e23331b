"""The cells of a network as a lattice of faces, cut hyperplane by hyperplane."""
