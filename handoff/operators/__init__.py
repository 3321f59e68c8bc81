"""What operators see of a case and do with it. The person's side, one folder up, never imports it; `room` joins the two."""
