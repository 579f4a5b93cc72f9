"""Pure rules about key projects: plain values in, plain values out."""
