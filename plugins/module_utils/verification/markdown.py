# SPDX-License-Identifier: GPL-3.0-or-later
def as_markdown(document):
    return ""
