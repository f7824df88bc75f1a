// Nothing: the library of the system is used.
