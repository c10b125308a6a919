"""Which folders an overlay is put over, from tables of mounts as the kernel writes them."""

from __future__ import annotations

from pathlib import Path

from trialrun.target.containment.mounts import overlay_folders, read_mounts

_LINE = "{number} 1 8:1 / {path} {flags} - {kind} device rw\n"


def table(tmp_path: Path, *mounts: tuple[str, str, str]) -> str:
    lines = [
        _LINE.format(number=number, path=path, kind=kind, flags=flags)
        for number, (path, kind, flags) in enumerate(mounts)
    ]
    (tmp_path / "mountinfo").write_text("".join(lines))
    return str(tmp_path / "mountinfo")


def test_reads_the_table(tmp_path: Path) -> None:
    name = table(
        tmp_path,
        ("/data/my\\040files", "nfs4", "ro,nosuid,relatime shared:5"),
        ("/", "ext4", "rw,relatime"),
        ("/dev", "devtmpfs", "rw"),
        ("/sys/fs/cgroup", "tmpfs", "rw"),
    )
    mounts = {mount.path: mount for mount in read_mounts(name)}
    assert next(iter(mounts)) == "/"
    assert mounts["/data/my files"].read_only and mounts["/data/my files"].flags == 1 | 2 | 1 << 21
    assert [path for path, mount in mounts.items() if mount.keeps_files] == ["/", "/data/my files"]


def test_a_folder_with_a_mount_inside_is_taken_apart(tmp_path: Path) -> None:
    for name in ("whole/a", "parted/a", "parted/mounted/b"):
        (tmp_path / name).mkdir(parents=True)
    name = table(tmp_path, (f"{tmp_path}", "ext4", "rw"), (f"{tmp_path}/parted/mounted", "nfs", "rw"))
    folders = overlay_folders(read_mounts(name), str(tmp_path / "whole"))
    assert folders == [f"{tmp_path}/parted/a", f"{tmp_path}/parted/mounted", f"{tmp_path}/whole"]


def test_read_only_and_kernel_mounts_need_none(tmp_path: Path) -> None:
    name = table(tmp_path, (f"{tmp_path}", "ext4", "ro"), ("/proc", "proc", "rw"), ("/dev/shm", "tmpfs", "rw"))
    assert overlay_folders(read_mounts(name), str(tmp_path)) == []


def test_many_parts_are_left_read_only_but_for_the_one_in_use(tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"user{number}").mkdir()
    name = table(tmp_path, (f"{tmp_path}", "ext4", "rw"), (f"{tmp_path}/user7", "nfs", "rw"))
    folders = overlay_folders(read_mounts(name), f"{tmp_path}/user3/project")
    assert folders == [f"{tmp_path}/user3", f"{tmp_path}/user7"]
