"""The pure core: values in, values out; no disk, network, clock or log."""
