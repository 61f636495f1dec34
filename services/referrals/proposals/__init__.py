"""From concerns to cases: proposals, the register check, referrals raised by hand, cases reopened."""
