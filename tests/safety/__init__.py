"""What must hold when things break: processes, disks, lines, and what people type."""
