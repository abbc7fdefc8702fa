// Sets the chosen colours before anything is painted. It is a file of its own because a strict policy allows no inline
// script. The name of the setting is that of src/state/theme.ts.
try {
  const theme = JSON.parse(localStorage.getItem("agentexchange.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage, or with a value that is not ours, the page looks as the system does.
}
