using System.Text.Json.Nodes;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Every file in Files/, which real PyTorch wrote (README.md there), is read to the last bit.</summary>
public sealed class RealFileTests
{
    internal static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Files");

    internal static readonly CanonicalJson WithNumbers = new(Numbers);

    private static readonly CanonicalJson Descriptions = new(_ => "");

    public static TheoryData<string> Readable() => Files(expectation => expectation["refused"] is null);

    public static TheoryData<string> Refused() => Files(expectation => expectation["refused"] is not null);

    internal static string Numbers(PyTorchTensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = tensor.Read();
        Assert.Equal(tensor.Strides, values.stride());
        return Convert.ToHexStringLower(values.contiguous().bytes);
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Open_RealFile_HoldsWhatPythonSaved(string name)
    {
        var expected = Expectation(name);
        using var file = PyTorchFile.Open(Path.Combine(Folder, name));
        Assert.Equal(FormatOf(name), file.Format);
        if (name.Contains("/rare_", StringComparison.Ordinal))
            AssertUnreadable(expected["value"]!, file.Root);
        else if (!IsAnything(expected))
            Same(expected["value"], WithNumbers.Render(file.Root));
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void StateDicts_RealFile_AreThoseOfPython(string name)
    {
        var expected = Expectation(name)["state_dicts"]?.AsObject() ?? [];
        using var file = PyTorchFile.Open(Path.Combine(Folder, name));
        foreach (var (key, tensors) in expected)
        {
            var found = Assert.Single(file.StateDicts, candidate => candidate.Key == key);
            Assert.Equal(tensors!.AsObject().Select(entry => entry.Key), found.Keys);
            foreach (var (tensor, description) in tensors.AsObject())
                Same(WithoutNumbers(description), Descriptions.RenderTensor(found[tensor]));
        }
    }

    [Theory]
    [InlineData("torch-1.13/shared.zip.pth")]
    [InlineData("torch-1.13/shared.legacy.pth")]
    [InlineData("torch-2.6/shared.zip.pth")]
    [InlineData("torch-2.6/shared.legacy.pth")]
    public void Read_WeightsThatPythonTied_AreTiedHereToo(string name)
    {
        using var scope = NewDisposeScope();
        using var file = PyTorchFile.Open(Path.Combine(Folder, name));

        var tied = Assert.Single(file.StateDicts, candidate => candidate.Key == "tied").Read();
        tied["encoder.weight"].fill_(7);

        TensorAssert.Equal(tied["encoder.weight"], tied["decoder.weight"]);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Open_RealFileOfWhatNobodyShouldRead_IsRefusedByName(string name)
    {
        var word = Expectation(name)["refused"]!.GetValue<string>();
        var error = Assert.Throws<CheckpointFormatException>(() =>
        {
            using var file = PyTorchFile.Open(Path.Combine(Folder, name));
            _ = WithNumbers.Render(file.Root);
        });
        var message = error.Message.Replace(name, "", StringComparison.Ordinal);
        Assert.Contains(word, message, StringComparison.OrdinalIgnoreCase);
    }

    private static void Same(JsonNode? expected, JsonNode? actual) =>
        Assert.Null(CanonicalJson.Difference(expected, actual));

    /// <summary>Types that TorchSharp has not: described, and refused by name when their numbers are asked for.</summary>
    private static void AssertUnreadable(JsonNode expected, object? root)
    {
        Same(WithoutNumbers(expected), Descriptions.Render(root));
        foreach (var tensor in Assert.IsType<PyTorchDict>(root).Values.Cast<PyTorchTensor>())
        {
            var error = Assert.Throws<CheckpointFormatException>(tensor.Read);
            Assert.Contains(tensor.Dtype.Name, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// A file that has to be read, whatever is made of what it holds; or one with no value but state dicts.
    /// </summary>
    private static bool IsAnything(JsonNode expectation) =>
        !expectation.AsObject().TryGetPropertyValue("value", out var value)
        || (value is JsonValue text && text.ToString() == "anything");

    private static JsonNode? WithoutNumbers(JsonNode? node)
    {
        var copy = node?.DeepClone();
        Strip(copy);
        return copy;

        static void Strip(JsonNode? part)
        {
            if (part is JsonObject { Count: > 1 } tensor && tensor.ContainsKey("data"))
                tensor["data"] = "";
            IEnumerable<JsonNode?> children = part as JsonArray ?? [];
            foreach (var child in part is JsonObject members ? members.Select(member => member.Value) : children)
                Strip(child);
        }
    }

    private static CheckpointFormat FormatOf(string name) => name.Split('.')[^2] switch
    {
        var suffix when suffix.StartsWith("zip", StringComparison.Ordinal) => CheckpointFormat.PyTorchZip,
        var suffix when suffix.StartsWith("legacy", StringComparison.Ordinal) => CheckpointFormat.PyTorchLegacy,
        _ => CheckpointFormat.Pickle,
    };

    private static JsonNode Expectation(string name)
    {
        var stem = Path.GetFileName(name).Split('.')[0];
        return CanonicalJson.Parse(Path.Combine(Folder, Path.GetDirectoryName(name)!, $"{stem}.json"));
    }

    private static TheoryData<string> Files(Func<JsonNode, bool> condition) => [.. Directory
        .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is ".pth" or ".pkl")
        .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/'))
        .Where(name => !name.StartsWith("checkpoints/", StringComparison.Ordinal) && condition(Expectation(name)))
        .Order(StringComparer.Ordinal)];
}
