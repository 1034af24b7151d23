"""What erasing one person does: which rows go, which are overwritten, what stays, why and until when."""
