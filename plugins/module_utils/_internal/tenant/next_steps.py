# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Next steps that several messages name."""

from __future__ import annotations

INSTALL_PLATFORM = "install the platform first: ansible-playbook playbooks/seldon_deploy.yml"
