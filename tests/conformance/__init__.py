# SPDX-License-Identifier: GPL-3.0-or-later
"""What the core predicts, held to what a real API server and the running operator then do: one runnable command a file."""
