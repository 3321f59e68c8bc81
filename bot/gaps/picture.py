"""Where groups and their questions lie in a picture: like groups near each other, none over another, a dot a question."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.encoder import Vectors

Spots = NDArray[np.float64]

_TURN = np.pi * (3 - np.sqrt(5))  # from dot to dot, as seeds of a sunflower lie
_STEPS = 150
_AIR = 1.7  # between groups, in dots
_WIDEST = 16.0  # from dot to dot, where there are few


def flattened(points: Vectors) -> Spots:
    """Return two coordinates for each row, along the two directions in which the rows differ most."""
    if len(points) < 2:
        return np.zeros((len(points), 2))
    moved = (points - points.mean(axis=0)).astype(np.float64)
    _, _, axes = np.linalg.svd(moved, full_matrices=False)
    flat = moved @ axes[:2].T
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))


def arranged(points: Vectors, groups: Sequence[Sequence[int]], width: float, height: float) -> list[Spots]:
    """Return a spot for each question of each group, within width and height."""
    radii = np.array([np.sqrt(len(rows)) for rows in groups])
    middles = flattened(np.stack([points[list(rows)].mean(axis=0) for rows in groups]))
    extent = np.maximum(np.ptp(middles, axis=0), 1e-9)
    room = np.sqrt((radii**2).sum()) * 2.2  # enough for all dots and air between them
    middles = (middles / extent) * room * np.array([np.sqrt(width / height), np.sqrt(height / width)])
    middles = _apart(middles, radii + _AIR / 2)
    spots = [middle + _seeds(len(rows)) for middle, rows in zip(middles, groups, strict=True)]
    every = np.concatenate(spots)
    low, size = every.min(axis=0), np.maximum(np.ptp(every, axis=0), 1.0)
    scale = min(_WIDEST, (np.array([width, height]) / size).min())
    shift = (np.array([width, height]) - size * scale) / 2
    return [(spot - low) * scale + shift for spot in spots]


def _apart(middles: Spots, radii: NDArray[np.float64]) -> Spots:
    """Push groups away from each other until none lies over another."""
    reach = radii[:, None] + radii[None, :]
    np.fill_diagonal(reach, 0)
    for _ in range(_STEPS):
        between = middles[:, None] - middles[None, :]
        far = np.maximum(np.linalg.norm(between, axis=2), 1e-6)
        over = np.maximum(reach - far, 0)
        if not over.any():
            break
        middles = middles + (between / far[:, :, None] * over[:, :, None]).sum(axis=1) * 0.45
    return middles


def _seeds(count: int) -> Spots:
    """Return so many spots around a middle, each about one from the next."""
    order = np.arange(count)
    far, turn = np.sqrt(order + 0.3) * 0.9, order * _TURN
    return np.stack([far * np.cos(turn), far * np.sin(turn)], axis=1)
