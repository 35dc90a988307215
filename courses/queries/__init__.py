"""Reads of courses. The getters carry the permission: what they return, the user may see."""
