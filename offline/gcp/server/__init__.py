"""The emulated Google Cloud: one process on 127.0.0.1 that answers as Google's REST interfaces do."""
