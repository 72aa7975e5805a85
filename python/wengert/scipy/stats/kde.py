# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Densities estimated from samples."""

from __future__ import annotations

import math
from typing import Any

from wengert import errors, lax, random, tree_util
from wengert import numpy as wnp
from wengert.lax._operands import as_array, promote, refuse_complex
from wengert.nn.normalization import logsumexp
from wengert.scipy.special import ndtr

__all__ = ["gaussian_kde"]


@tree_util.register_pytree_node_class
class gaussian_kde:
    """A density as a sum of normal densities around samples.

    Attributes:
      dataset: the samples, shape (d, n).
      weights: their weights, shape (n,), of sum 1.
      neff: the effective number of samples.
      covariance, inv_cov: of each normal density, shape (d, d), and its inverse.

    Args:
      dataset: samples of shape (n,) or (d, n), real.
      bw_method: the factor from the standard deviation of the samples to that of the densities: "scott" (the
        default), "silverman", a number, or a function of this object.
      weights: of the samples, shape (n,); all equal by default.

    Raises:
      DtypeError: complex samples.
      ShapeError: fewer than two samples, or weights of another shape.
      ValueError: another `bw_method`.

    >>> density = gaussian_kde(wnp.array([0.0, 1.0, 3.0]))
    >>> density(1.0)
    Array([0.21489535], dtype=float32)
    """

    def __init__(self, dataset: Any, bw_method: Any = None, weights: Any = None):
        dataset = wnp.atleast_2d(wnp.asarray(dataset))
        refuse_complex("gaussian_kde", dataset)
        if dataset.ndim != 2 or dataset.size <= 1:
            raise errors.make(
                errors.ShapeError,
                "gaussian_kde",
                f"expected several samples of shape (n,) or (d, n) but got shape {dataset.shape}",
            )
        n = dataset.shape[1]
        if weights is None:
            (dataset,) = promote("gaussian_kde", (dataset,), inexact=True)
            weights = lax.full((n,), 1 / n, dataset.dtype)
        else:
            dataset, weights = promote("gaussian_kde", (dataset, wnp.atleast_1d(wnp.asarray(weights))), inexact=True)
            if weights.shape != (n,):
                raise errors.make(
                    errors.ShapeError, "gaussian_kde", f"expected weights of shape ({n},) but got {weights.shape}"
                )
            weights = weights / wnp.sum(weights)
        self.dataset, self.weights = dataset, weights
        self.neff = 1 / wnp.sum(weights**2)
        factor = self._factor("scott" if bw_method is None else bw_method)
        centred = dataset - wnp.sum(dataset * weights, 1, keepdims=True)
        covariance = (centred * weights) @ centred.T / (1 - wnp.sum(weights**2))
        self.covariance = covariance * factor**2
        self.inv_cov = wnp.linalg.inv(covariance) / factor**2

    def _factor(self, method: Any) -> Any:
        if method == "scott":
            return self.neff ** (-1 / (self.d + 4))
        if method == "silverman":
            return (self.neff * (self.d + 2) / 4) ** (-1 / (self.d + 4))
        if callable(method):
            return method(self)
        if not isinstance(method, str) and not wnp.shape(method):
            return method
        raise ValueError(
            f"gaussian_kde: expected a bw_method of scott, silverman, a number or a function but got {method!r}"
        )

    def tree_flatten(self) -> tuple[tuple[Any, ...], None]:
        """The arrays of the estimate."""
        return (self.neff, self.dataset, self.weights, self.covariance, self.inv_cov), None

    @classmethod
    def tree_unflatten(cls, _: None, children: tuple[Any, ...]) -> gaussian_kde:
        """The estimate made of its arrays."""
        made = cls.__new__(cls)
        made.neff, made.dataset, made.weights, made.covariance, made.inv_cov = children
        return made

    @property
    def d(self) -> int:
        """The number of dimensions."""
        return self.dataset.shape[0]

    @property
    def n(self) -> int:
        """The number of samples."""
        return self.dataset.shape[1]

    def _log_terms(self, points: Any) -> Any:
        """The logarithm of each sample's density at each point, shape (points, samples)."""
        points = wnp.atleast_2d(wnp.asarray(points))
        refuse_complex("gaussian_kde.evaluate", points)
        if points.shape[0] != self.d:
            if points.shape != (1, self.d):
                raise errors.make(
                    errors.ShapeError,
                    "gaussian_kde.evaluate",
                    f"expected points of {self.d} dimensions, shape ({self.d}, m), but got shape {points.shape}",
                )
            points = points.T
        factor = wnp.linalg.cholesky(self.inv_cov)
        points, samples = factor.T @ points, factor.T @ self.dataset
        square = wnp.sum((points[:, :, None] - samples[:, None, :]) ** 2, 0)
        constant = wnp.sum(wnp.log(wnp.diagonal(factor))) - 0.5 * self.d * math.log(2 * math.pi)
        return constant - 0.5 * square

    def evaluate(self, points: Any) -> Any:
        """The density at points of shape (d, m), or (m,) in one dimension.

        Raises:
          ShapeError: points of another number of dimensions.

        >>> gaussian_kde(wnp.array([0.0, 1.0, 3.0])).evaluate(wnp.array([0.5, 9.0]))
        Array([2.1316575e-01, 6.8574252e-07], dtype=float32)
        """
        return wnp.exp(self._log_terms(points)) @ self.weights

    __call__ = evaluate

    def pdf(self, x: Any) -> Any:
        """The same as `evaluate`.

        >>> gaussian_kde(wnp.array([0.0, 1.0, 3.0])).pdf(0.5)
        Array([0.21316575], dtype=float32)
        """
        return self.evaluate(x)

    def logpdf(self, x: Any) -> Any:
        """The logarithm of the density, without underflow.

        >>> gaussian_kde(wnp.array([0.0, 1.0, 3.0])).logpdf(60.0)
        Array([-1082.6382], dtype=float32)
        """
        return logsumexp(self._log_terms(x), 1, b=self.weights)

    def integrate_gaussian(self, mean: Any, cov: Any) -> Any:
        """The integral of the density times a normal density.

        Args:
          mean: shape (d,).
          cov: shape (d, d).

        Raises:
          ShapeError: other shapes.

        >>> gaussian_kde(wnp.array([0.0, 1.0, 3.0])).integrate_gaussian(1.0, 1.0)
        Array(0.19068019, dtype=float32)
        """
        mean, cov = wnp.atleast_1d(wnp.squeeze(wnp.asarray(mean))), wnp.atleast_2d(wnp.asarray(cov))
        if mean.shape != (self.d,) or cov.shape != (self.d, self.d):
            raise errors.make(
                errors.ShapeError,
                "gaussian_kde.integrate_gaussian",
                f"expected a mean of shape ({self.d},) and a covariance of shape ({self.d}, {self.d}) "
                f"but got {mean.shape} and {cov.shape}",
            )
        return _convolved(self.covariance + cov, self.dataset, mean[:, None])[0] @ self.weights

    def integrate_box_1d(self, low: Any, high: Any) -> Any:
        """The probability of the interval from `low` to `high`, in one dimension.

        Raises:
          ShapeError: more dimensions, or bounds that are no numbers.

        >>> gaussian_kde(wnp.array([0.0, 1.0, 3.0])).integrate_box_1d(0.0, 1.0)
        Array(0.2098186, dtype=float32)
        """
        low, high = (as_array("gaussian_kde.integrate_box_1d", v) for v in (low, high))
        if self.d != 1 or low.ndim or high.ndim:
            raise errors.make(
                errors.ShapeError,
                "gaussian_kde.integrate_box_1d",
                f"expected one dimension and bounds of shape () but got {self.d} and {low.shape}, {high.shape}",
            )
        sigma = wnp.sqrt(self.covariance[0, 0])
        samples = self.dataset[0]
        return wnp.sum(self.weights * (ndtr((high - samples) / sigma) - ndtr((low - samples) / sigma)))

    def integrate_kde(self, other: gaussian_kde) -> Any:
        """The integral of the product of two estimates.

        Raises:
          ShapeError: they have other numbers of dimensions.

        >>> density = gaussian_kde(wnp.array([0.0, 1.0, 3.0]))
        >>> density.integrate_kde(density)
        Array(0.1577143, dtype=float32)
        """
        if other.d != self.d:
            raise errors.make(
                errors.ShapeError,
                "gaussian_kde.integrate_kde",
                f"expected an estimate of {self.d} dimensions but got {other.d}",
            )
        return (
            other.weights @ _convolved(self.covariance + other.covariance, self.dataset, other.dataset) @ self.weights
        )

    def resample(self, key: Any, shape: Any = ()) -> Any:
        """Random numbers of the estimated density, shape (d, *shape).

        >>> density = gaussian_kde(wnp.array([0.0, 1.0, 3.0]))
        >>> density.resample(random.key(0), (5,)).shape
        (1, 5)
        """
        choose, move = random.split(key)
        index = random.choice(choose, self.n, shape=shape, p=self.weights)
        mean = lax.full((self.d,), 0, self.covariance.dtype)
        noise = random.multivariate_normal(move, mean, self.covariance, shape=shape, dtype=self.dataset.dtype)
        return self.dataset[:, index] + wnp.moveaxis(noise, -1, 0)

    def integrate_box(self, low_bounds: Any, high_bounds: Any, maxpts: Any = None) -> Any:
        """Not available: `integrate_box_1d` is."""
        raise NotImplementedError("gaussian_kde: expected integrate_box_1d, in one dimension, but got integrate_box")

    def set_bandwidth(self, bw_method: Any = None) -> Any:
        """Not available: estimates do not change."""
        raise NotImplementedError("gaussian_kde: expected bw_method when the estimate is made but got set_bandwidth")


def _convolved(covariance: Any, samples: Any, points: Any) -> Any:
    """The normal density of this covariance at each difference of a point and a sample, shape (points, samples)."""
    factor = wnp.linalg.cholesky(covariance)
    d = samples.shape[0]
    differences = wnp.reshape(points[:, :, None] - samples[:, None, :], (d, -1))
    z = lax.linalg.triangular_solve(factor, differences, left_side=True, lower=True)
    constant = wnp.prod(wnp.diagonal(factor)) * math.sqrt(2 * math.pi) ** d
    return wnp.reshape(wnp.exp(-0.5 * wnp.sum(z * z, 0)) / constant, (points.shape[1], samples.shape[1]))
