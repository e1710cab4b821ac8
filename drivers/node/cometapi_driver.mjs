// The `cometapi` package as a driver of the lab: one call a trial, SDK defaults.

import { CometAPI } from "cometapi";
import { answer } from "./chat.mjs";
import { serve } from "./driver.mjs";

serve((trial) =>
  answer(
    new CometAPI({
      baseURL: trial.base_url,
      apiKey: trial.api_key,
      timeout: trial.timeout_s * 1000,
    }),
    trial,
  ),
);
