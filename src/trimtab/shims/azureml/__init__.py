"""On the path of trials: ``azureml.core`` for scripts of the HyperDrive era that lack the real one.

Real ``azureml`` packages, wherever they are on ``sys.path``, come first.
"""

from pkgutil import extend_path

_own = __path__[0]
__path__ = [*(each for each in extend_path(__path__, __name__) if each != _own), _own]
