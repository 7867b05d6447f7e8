namespace GanKit.Tests.Numerics;

/// <summary>The names by which libtorch's functions are looked up.</summary>
public class AutocastFunctionsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Functions_OneIsMissing_TheMessageNamesIt(bool windows)
    {
        var asked = new List<string>();
        _ = new AutocastFunctions(Find(absent: -1), windows);
        Assert.Equal(9, asked.Distinct().Count());
        Assert.All(asked, name => Assert.StartsWith(windows ? "?" : "_ZN2at8autocast", name, StringComparison.Ordinal));

        for (var absent = 0; absent < 9; absent++)
        {
            var name = asked[absent];
            var error = Assert.Throws<EntryPointNotFoundException>(() => new AutocastFunctions(Find(absent), windows));
            Assert.Contains(name, AutocastFunctions.Explain(error.Message), StringComparison.Ordinal);
            Assert.Contains("libtorch_cpu", AutocastFunctions.Explain(error.Message), StringComparison.Ordinal);
        }

        Func<string, nint> Find(int absent)
        {
            var count = 0;
            return name =>
            {
                asked.Add(name);
                return count++ == absent ? throw new EntryPointNotFoundException($"libtorch_cpu does not export '{name}'")
                    : 1;
            };
        }
    }

    /// <summary>
    /// The mangled names say what the functions are, so that a letter gone wrong is seen on every system.
    /// </summary>
    [Fact]
    public void Functions_OnBothKindsOfSystems_HaveTheSameNames()
    {
        Assert.Equal(Names(windows: true), Names(windows: false));

        static IEnumerable<string> Names(bool windows)
        {
            var names = new List<string>();
            _ = new AutocastFunctions(
                name =>
                {
                    names.Add(windows
                        ? name[1..name.IndexOf('@', StringComparison.Ordinal)]
                        : new string(
                            [.. name["_ZN2at8autocast".Length..].SkipWhile(char.IsDigit).TakeWhile(
                                letter => letter != 'E')]));
                    return 1;
                },
                windows);
            return names.Select(name => name.TrimEnd('v'));
        }
    }
}
