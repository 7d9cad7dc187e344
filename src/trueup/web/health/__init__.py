"""Whether Trueup lives and is ready: for load balancers and `trueup serve`. No sign-in, no secrets, cheap."""
