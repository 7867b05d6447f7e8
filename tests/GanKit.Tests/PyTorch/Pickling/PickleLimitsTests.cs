using System.Text;
using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>Small files that ask for much are refused, and soon.</summary>
public class PickleLimitsTests
{
    [Theory]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffa.")]
    [InlineData("B\u00ff\u00ff\u00ff\u00ffa.")]
    [InlineData("T\u00ff\u00ff\u00ff\u007fa.")]
    [InlineData("T\u00ff\u00ff\u00ff\u00ffa.")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u00ffa.")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u007fa.")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.")]
    [InlineData("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fa.")]
    [InlineData("\u0096\0\0\0\0\u0001\0\0\0a.")]
    [InlineData("\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffN.")]
    public void Load_GiganticLength_IsTruncated(string pickle) =>
        Assert.Contains("truncated", Refuses(pickle).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_GiganticNumbers_AreRefused()
    {
        Assert.Contains("digits", Refuses($"I{new string('9', 5_000)}\n.").Message, StringComparison.Ordinal);
        Assert.Contains("digits", Refuses($"L{new string('9', 5_000)}L\n.").Message, StringComparison.Ordinal);
        Assert.Contains(
            "bytes",
            Refuses($"\u008b{Little(10_000, 4)}{new string('\u0001', 10_000)}.").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GiganticPlacesInMemory_CostNothing() =>
        Assert.Equal(7L, Load("K\u0007r\u00ff\u00ff\u00ff\u00ff0j\u00ff\u00ff\u00ff\u00ff."));

    [Theory]
    [InlineData("N(\u0085t.")]
    [InlineData("](Na(t.")]
    [InlineData("N(q\0t.")]
    public void Load_WhatLiesBelowAMark_IsOutOfReach(string pickle) =>
        Assert.Contains("nothing on the stack", Refuses(pickle).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("]", "a")]
    [InlineData("(", "t")]
    [InlineData("(", "l")]
    public void Load_DeepNesting_IsRefusedWithoutRecursion(string open, string close) => Assert.Contains(
        "levels deep", Refuses($"{Repeat(open, 100_000)}{Repeat(close, 100_000 - 1)}{(open == "]" ? "" : close)}.").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_DeepNestingByBuild_IsRefused() => Assert.Contains(
        "levels deep", Refuses($"N{Repeat("q\0cm\nN\n)\u0081h\0b", 5_000)}.").Message, StringComparison.Ordinal);

    [Fact]
    public void Load_NestingBelowTheLimit_IsRead() => Assert.NotNull(Load($"{Repeat("]", 900)}{Repeat("a", 899)}."));

    [Fact]
    public void Load_ExponentialSharing_IsReadOnce()
    {
        var root = Load($"]q\0{Repeat("](h\0h\0eq\0", 500)}.");

        Assert.Equal(501, ValueTree.Walk(root).Count());
    }

    [Fact]
    public void Walk_Circle_Ends()
    {
        var root = Load($"]q\0h\0a{Dict(Int(1), "h\0")}a.");

        Assert.Equal(3, ValueTree.Walk(root).Count(value => value is not long and not string) + 1);
    }

    [Fact]
    public void Load_ListCopiedOverAndOver_IsRefused() => Assert.Contains(
        "over and over", Refuses($"]({Repeat("N", 100_000)}e\u0085q\0{Repeat("0cbuiltins\nset\nh\0R", 1_000)}.").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_LongKeyHashedOverAndOver_IsRefused() => Assert.Contains(
        "over and over", Refuses($"{Text(new string('a', 1_000_000))}q\0}}q\u0001{Repeat("h\0Ns", 100)}.").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_TextEncodedOverAndOver_IsRefused() => Assert.Contains(
        "over and over",
        Refuses($"{Text(new string('a', 1_000_000))}{Text("latin1")}\u0086q\0{Repeat("c_codecs\nencode\nh\0R0", 100)}N.")
            .Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_KeysThatShareAHashCode_AreReadInLinearTime()
    {
        // long.GetHashCode() of each of these is 0; a quarter of a million of them would take minutes in one bucket.
        var items = new StringBuilder("}(");
        for (var i = 1; i <= 250_000; i++)
            items.Append("\u008a\u0008").Append(Little(i, 4)).Append(Little(i, 4)).Append('N');

        var dict = Assert.IsType<PyTorchDict>(Load(items.Append("u.").ToString()));

        Assert.Equal(250_000, dict.Count);
        Assert.Equal(0, ((1L << 32) | 1).GetHashCode());
    }

    [Fact]
    public void Load_FunctionsThatCallFunctions_AreLimited()
    {
        var call = Tuple(Global("models.f"), Global("models.T"), ")", "}");
        for (var i = 0; i < 40; i++)
            call = Tuple(Global("torch._tensor._rebuild_from_type_v2"), Global("models.T"), call, "}");

        Assert.Contains(
            "by way of",
            Refuses($"{Global("torch._tensor._rebuild_from_type_v2")}{call}R.").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NamesOfManySteps_AreRefused()
    {
        Assert.Contains("letters", Refuses($"cm\n{new string('a', 2_000)}\n.").Message, StringComparison.Ordinal);
        Assert.Contains("dots", Refuses($"cm\n{Repeat("a.", 30)}b\n.").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MillionsOfObjects_AreRefused() =>
        Assert.Contains("objects", Refuses($"({new string(']', 8_000_000)}l.").Message, StringComparison.Ordinal);

    [Fact]
    public void Load_PlacesInMemoryThatShareAHashCode_AreFoundInLinearTime()
    {
        // The same for the places of PUT, which a file of protocol 0 chooses freely.
        var pickle = new StringBuilder("N");
        for (var i = 1L; i <= 250_000; i++)
            pickle.Append('p').Append((i << 32) | i).Append('\n');

        Assert.Null(Load(pickle.Append('.').ToString()));
    }

    [Fact]
    public void Load_ArgumentsCopiedOverAndOver_AreRefused() => Assert.Contains(
        "over and over",
        Refuses($"({Global("collections.defaultdict")}{Repeat("N", 1_000_000)}tq\0"
            + $"{Global("copyreg.__newobj__")}q\u0001{Repeat("0h\u0001h\0R", 1_000_000)}.").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_NamesMadeOfTheSamePartsOverAndOver_AreRefused()
    {
        // A thousand modules by a thousand names: each pair is one more name to look at.
        var dots = Repeat("a.", 19) + new string('b', 400);
        var pickle = new StringBuilder();
        for (var i = 0; i < 1_000; i++)
        {
            pickle.Append(Text($"{new string('m', 400)}{i}")).Append('r').Append(Little(2 * i, 4)).Append('0')
                .Append(Text($"{dots}{i}")).Append('r').Append(Little(2 * i + 1, 4)).Append('0');
        }

        for (var i = 0; i < 1_000_000; i++)
        {
            pickle.Append('j').Append(Little(i / 1_000 * 2, 4)).Append('j').Append(Little(i % 1_000 * 2 + 1, 4))
                .Append("\u00930");
        }

        Assert.Contains("over and over", Refuses(pickle.Append("N.").ToString()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MillionsOfTensors_AreRefused()
    {
        // Each takes hundreds of bytes of memory for the four that call for it.
        var call = Tuple(NumpyTests.Array("f4", [1], new byte[4]), Int(0), ")", ")");
        var pickle = $"{Global("torch._utils._rebuild_tensor")}q\0{call}q\u0001(";

        Assert.Contains(
            "objects", Refuses($"{pickle}{Repeat("h\0h\u0001R", 2_000_000)}l.").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ManyCallsWithTheSameThings_AreRefusedWhereThatTakesLong() => Assert.Contains(
        "over and over",
        Refuses($"]({string.Concat(Enumerable.Repeat("]", 100_000))}e\u0085q\0{Global("os.system")}"
            + string.Concat(Enumerable.Repeat($"{Global("models.f")}h\0R", 1_000)) + ".").Message,
        StringComparison.Ordinal);

    /// <summary>A long name takes long to look at, and is looked at once.</summary>
    [Fact]
    public void Load_ManyCallsOfALongName_EndSoon()
    {
        var name = string.Concat(Enumerable.Repeat("a.", 18)) + new string('b', 900);
        var calls = string.Concat(Enumerable.Repeat("h\0)R0", 300_000));
        Assert.Null(Load($"{Global("os.system")}0cm\n{name}\nq\0{calls}N."));
        var lookups = string.Concat(Enumerable.Repeat("h\u0001h\0X\u0001\0\0\0a\u0086R0", 300_000));
        Assert.Contains(
            "over and over",
            Refuses($"cm\n{name}\nq\0{Global("builtins.getattr")}q\u0001{lookups}N.").Message, StringComparison.Ordinal);
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
