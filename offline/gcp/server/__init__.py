"""The emulated Google Cloud: a process on 127.0.0.1 that answers as Google's REST interfaces."""
