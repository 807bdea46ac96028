"""What is special to one service, a module each; a service is added by a file in this folder."""
