"""What is installed in the kernel's environment, and the requirements that follow from it."""
