// What every page runs: only this list. lib/assets.py says how its parts become one file, and why they talk by events:
//   announce {text, urgent}   says a sentence to screen readers
//   toast {text}              shows a sentence in passing (and announces it)
import "./live.js";
import "./requests.js";
import "./menus.js";
import "./dialogs.js";
import "./theme-switch.js";
import "./term-definition.js";
import "./copy-button.js";
import "./keys.js";
import "./tiers.js";
import "./log-out.js";
