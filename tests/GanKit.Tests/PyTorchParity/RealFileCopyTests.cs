using System.Numerics;
using System.Text.Json.Nodes;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// What real files hold is written again and read again. With GANKIT_COPIES set to a folder the copies stay there, for
/// Files/check_copies.py to read them with real PyTorch.
/// </summary>
public sealed class RealFileCopyTests
{
    private static readonly CanonicalJson Numbers = new(tensor =>
    {
        using var scope = NewDisposeScope();
        return Convert.ToHexStringLower(tensor.Read().contiguous().bytes);
    });

    public static TheoryData<string> Files() => [.. RealFileTests.Readable()
        .Select(row => row.Data)
        .Where(name => name.Split('.')[^2] is "zip" or "legacy" && !name.Contains("/rare_", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Save_WhatARealFileHolds_ReadsTheSame(string name)
    {
        using var folder = new TemporaryFolder();
        var kept = Environment.GetEnvironmentVariable("GANKIT_COPIES");
        var copy = Path.Combine(kept ?? folder.Path, name);
        using var file = PyTorchFile.Open(RealFileTests.PathOf(name));
        if (Strangers(file.Root))
        {
            Assert.Throws<ArgumentException>(() => PyTorchFile.Save(copy, file.Root));
            Assert.False(File.Exists(copy));
            return;
        }

        PyTorchFile.Save(copy, file.Root);

        using var again = PyTorchFile.Open(copy);
        Assert.Equal(CheckpointFormat.PyTorchZip, again.Format);
        Assert.Null(CanonicalJson.Difference(AsSaved(Numbers.Render(file.Root)), AsSaved(Numbers.Render(again.Root))));
    }

    /// <summary>Whether there is anything in it that only Python knows, or that torch.load refuses with weights_only.</summary>
    private static bool Strangers(object? value) => value switch
    {
        PyTorchRecord or PyTorchClass => true,
        BigInteger number => number.GetByteCount() > byte.MaxValue,
        PyTorchDict dict => dict.Any(entry => Strangers(entry.Key) || Strangers(entry.Value)),
        IEnumerable<object?> items => items.Any(Strangers),
        _ => false,
    };

    /// <summary>Tensors are saved without gradients and on the CPU; those with gaps in their memory are packed.</summary>
    private static JsonNode? AsSaved(JsonNode? node)
    {
        if (node is JsonObject tensor && tensor.ContainsKey("requires_grad"))
        {
            (tensor["device"], tensor["parameter"], tensor["requires_grad"]) = ("cpu", false, false);
            tensor.Remove("strides");
        }
        else if (node is JsonObject members)
            members.Select(member => member.Value).ToList().ForEach(member => AsSaved(member));
        else if (node is JsonArray items)
            items.ToList().ForEach(item => AsSaved(item));
        return node;
    }
}
