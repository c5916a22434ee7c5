"""What goes wrong outside and underneath: processes that die, servers that are wrong, clocks."""
