using System.Numerics;
using System.Text.Json.Nodes;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// The files in Written/ were written by this library, and real PyTorch found in them what it should (check_written.py).
/// As long as the same bytes are written, that stays true.
/// </summary>
public sealed class WrittenFileTests
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Written");

    public static TheoryData<string> Names => [.. WrittenContents.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_Content_WritesTheBytesThatPyTorchApproved(string name)
    {
        using var scope = NewDisposeScope();
        var written = Path.Combine(AppContext.BaseDirectory, "Written", $"{name}.pth");
        PyTorchFile.Save(written, WrittenContents.All[name]());

        var approved = Path.Combine(Folder, $"{name}.pth");
        Assert.True(File.Exists(approved) && File.ReadAllBytes(approved).AsSpan().SequenceEqual(File.ReadAllBytes(written)),
            $"'{written}' has other bytes than {approved}. If that was meant, put it there and run check_written.py with "
            + "PyTorch 1.13 and 2.6.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_WhatAnOpenFileHolds_WritesTheSameBytes(string name)
    {
        using var folder = new TemporaryFolder();
        var copy = folder.File($"{name}.pth");
        using (var file = PyTorchFile.Open(Path.Combine(Folder, $"{name}.pth")))
            PyTorchFile.Save(copy, file.Root);

        using var again = PyTorchFile.Open(copy);
        Assert.Null(CanonicalJson.Difference(Approved(name), RealFileTests.WithNumbers.Render(again.Root)));
        if (name != "checkpoint") // whose network comes back as a dict, not an OrderedDict: files tell no difference
            Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, $"{name}.pth")), File.ReadAllBytes(copy));
    }

    /// <summary>
    /// What real PyTorch wrote, in whatever format, is written again in today's, unless it holds what no such file can.
    /// With GANKIT_COPIES set to a folder the copies stay there, for Files/check_copies.py to read them with real PyTorch.
    /// </summary>
    [Theory]
    [MemberData(nameof(RealFileTests.Readable), MemberType = typeof(RealFileTests))]
    public void Save_WhatARealFileHolds_IsReadBackTheSame(string name)
    {
        using var folder = new TemporaryFolder();
        var copyPath = Path.Combine(Environment.GetEnvironmentVariable("GANKIT_COPIES") ?? folder.Path, name);
        using var file = PyTorchFile.Open(Path.Combine(RealFileTests.Folder, name));
        if (ValueTree.Walk(file.Root).Any(CannotBeSaved))
        {
            Assert.Throws<ArgumentException>(() => PyTorchFile.Save(copyPath, file.Root));
            Assert.False(File.Exists(copyPath));
            return;
        }

        PyTorchFile.Save(copyPath, file.Root);
        using var copy = PyTorchFile.Open(copyPath);
        Assert.Null(CanonicalJson.Difference(Plain(file.Root), Plain(copy.Root)));
    }

    private static bool CannotBeSaved(object value) => value switch
    {
        PyTorchRecord or PyTorchClass => true,
        BigInteger number => number.GetBitLength() > 2039,
        PyTorchTensor { Unreadable: not null } tensor =>
            tensor.Dtype.ScalarType is not null || tensor.Dtype.Name.StartsWith('q'),
        _ => false,
    };

    /// <summary>
    /// What of a file's content is kept in every file: layouts may be packed, and all is on the CPU and learns no more.
    /// </summary>
    private static JsonNode? Plain(object? root)
    {
        var rendered = new CanonicalJson(Numbers).Render(root);
        Strip(rendered);
        return rendered;

        static string Numbers(PyTorchTensor tensor)
        {
            if (tensor.Unreadable is null)
                return RealFileTests.Numbers(tensor);
            var bytes = new byte[tensor.ByteCount];
            tensor.Storage.Read(tensor.Offset * tensor.Dtype.ElementSize, bytes);
            return Convert.ToHexStringLower(bytes);
        }

        static void Strip(JsonNode? node)
        {
            foreach (var name in (string[])["strides", "device", "parameter", "requires_grad"])
            {
                if (node is JsonObject { Count: > 1 } tensor)
                    tensor.Remove(name);
            }

            IEnumerable<JsonNode?> children = node as JsonArray ?? [];
            foreach (var child in node is JsonObject members ? members.Select(member => member.Value) : children)
                Strip(child);
        }
    }

    private static JsonNode? Approved(string name)
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, $"{name}.pth"));
        return RealFileTests.WithNumbers.Render(file.Root);
    }
}
