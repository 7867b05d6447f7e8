namespace GanKit.Tests.PyTorch;

/// <summary>Trees that would take the search for state dicts forever, or deeper than the stack.</summary>
public class StateDictFinderLimitsTests
{
    [Fact]
    public void Find_CirclesThatLeadDeep_EndInTheOneException()
    {
        // Each ring is shallow, and read from the last to the first they all are; from the first on, each leads to the
        // next.
        var rings = Enumerable.Range(0, 200_000).Select(_ => (Way: new List<object?>(), Back: new List<object?>()))
            .ToArray();
        for (var i = 0; i < rings.Length; i++)
        {
            rings[i].Back.Add(rings[i].Way);
            rings[i].Way.Add(rings[i].Back);
            if (i + 1 < rings.Length)
                rings[i].Way.Add(rings[i + 1].Back);
        }

        var root = new PyTorchRecord(new("m", "C"), [.. rings.Reverse().Select(ring => ring.Way)]) { State = rings[0].Way };

        Assert.Same(root, ValueTree.Finish(root));
        Assert.Throws<CheckpointFormatException>(() => StateDictFinder.Find(root).Networks);
    }

    [Fact]
    public void Find_ObjectsInObjectsWithoutEnd_EndInTheOneException()
    {
        var record = new PyTorchRecord(new("m", "C"), []);
        for (var i = 0; i < 1_000_000; i++)
            record = new PyTorchRecord(new("m", "C"), []) { State = record };

        Assert.Contains("too deep",
            Assert.Throws<CheckpointFormatException>(() => StateDictFinder.Find(record).Networks).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ModulesThatShareModules_AreLimited()
    {
        var module = Module();
        for (var i = 0; i < 60; i++)
            module = Module(module, module);

        Assert.Contains("modules",
            Assert.Throws<CheckpointFormatException>(() => StateDictFinder.Find(module).Networks).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ModulesThatShareALongListOfNothing_AreLimited()
    {
        var child = Module();
        var parameters = Assert.IsType<PyTorchDict>(child["_parameters"]);
        for (var i = 0L; i < 300_000; i++)
            parameters[i] = null;
        var root = Module([.. Enumerable.Repeat(child, 90_000)]);

        Assert.Contains(
            "entries", Assert.Throws<CheckpointFormatException>(() => StateDictFinder.Find(root).Networks).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ObjectsWithManyArgumentsInTheirPlace_AreLimited()
    {
        var argument = new PyTorchDict();
        var child = new PyTorchRecord(new("m", "C"), [.. Enumerable.Repeat<object?>(argument, 1_000_000)]);
        var root = Module([.. Enumerable.Repeat(child, 90_000)]);

        Assert.Contains(
            "entries", Assert.Throws<CheckpointFormatException>(() => StateDictFinder.Find(root).Networks).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NumbersAsLongNames_AreLimited()
    {
        var attributes = new PyTorchDict { ["_parameters"] = new PyTorchDict(), ["_modules"] = new PyTorchDict() };
        var child = new PyTorchRecord(new("m", "Net"), []) { State = attributes };
        var modules = new PyTorchDict();
        modules.Set(System.Numerics.BigInteger.Pow(10, 5_000), child);
        var root = new PyTorchRecord(new("m", "Net"), [])
        {
            State = new PyTorchDict { ["_parameters"] = new PyTorchDict(), ["_modules"] = modules },
        };

        Assert.Contains(
            "letters", Assert.Throws<CheckpointFormatException>(() => StateDictFinder.Find(root).Networks).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Find_LongNames_AreLimited()
    {
        var dict = new PyTorchDict { [new string('a', 2_000)] = new PyTorchDict() };

        Assert.Contains("letters", Assert.Throws<CheckpointFormatException>(() => StateDictFinder.Find(dict).Networks).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoContainer_FindsNothing()
    {
        Assert.Empty(StateDictFinder.Find(null).Networks);
        Assert.Empty(StateDictFinder.Find("text").Networks);
    }

    private static PyTorchRecord Module(params PyTorchRecord[] children)
    {
        var modules = new PyTorchDict();
        for (var i = 0; i < children.Length; i++)
            modules.Set($"{i}", children[i]);
        var attributes = new PyTorchDict { ["_parameters"] = new PyTorchDict(), ["_modules"] = modules };
        return new PyTorchRecord(new("m", "Net"), []) { State = attributes };
    }
}
