# Puts plain `pulumi` and `tricenter` to work in this shell:  . setup/env.sh   (from the checkout)
eval "$(.venv/bin/tricenter env)"
