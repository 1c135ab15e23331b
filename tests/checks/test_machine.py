"""What of the machine a kept record depends on."""

from __future__ import annotations

from checks import machine


def test_switches_of_numerical_libraries_count_and_other_variables_do_not(monkeypatch):
    before = machine.influences()
    monkeypatch.setenv("SOME_VARIABLE", "1")
    assert machine.influences() == before
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    assert machine.influences() != before


def test_a_processor_is_known_by_its_instructions(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\ncpu MHz : 2000\nflags : fpu avx2\nprocessor : 1\nflags : fpu avx2\n")
    assert machine.processor(info) == "flags : fpu avx2"
    info.write_text("processor : 0\nFeatures : fp asimd\n")
    assert machine.processor(info) == "Features : fp asimd"
    assert machine.processor(tmp_path / "none") == machine.processor(tmp_path / "nor here")


def test_a_gpu_is_known_by_its_model(tmp_path):
    assert machine.accelerators(tmp_path) == []
    for number in "10":
        (tmp_path / number).mkdir()
        (tmp_path / number / "information").write_text(f"Model: \t Some {number}\nIRQ: 5\n")
    assert machine.accelerators(tmp_path) == ["Model: \t Some 0", "Model: \t Some 1"]


def test_versions_of_what_is_installed():
    assert machine.installed("pytest") is not None
    assert machine.installed("no-such-package-here") is None
    assert all(machine.machine()["packages"].values())
