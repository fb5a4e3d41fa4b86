"""What `clas export` writes: tables, package, national figures."""
