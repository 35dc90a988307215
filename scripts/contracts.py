"""A contract for import-linter, which knows cycles of packages and not of modules."""

from graphlib import CycleError, TopologicalSorter

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain.contract import Contract, ContractCheck


class AcyclicModules(Contract):
    """No module imports itself, by whatever way round."""

    type_name = "acyclic_modules"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        own = [name for name in graph.modules if not graph.is_module_squashed(name)]
        imports = {name: graph.find_modules_directly_imported_by(name) for name in own}
        try:
            TopologicalSorter(imports).prepare()
        except CycleError as error:
            return ContractCheck(kept=False, metadata={"cycle": error.args[1]})
        return ContractCheck(kept=True)

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print_error(" is imported by ".join(check.metadata["cycle"]))
