using System.Globalization;
using System.Reflection;
using Xunit.v3;

[assembly: Xunit.TestFramework(typeof(GanKit.Tests.PartFramework))]

namespace GanKit.Tests;

/// <summary>
/// xUnit, but a process that is told <c>GANKIT_TEST_PART=2/8</c> knows the second of eight parts of the test classes alone. Which class
/// is in which part follows from its name, so that it is the same on every machine.
/// </summary>
public sealed class PartFramework : XunitTestFramework
{
    internal const string Variable = "GANKIT_TEST_PART";

    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new PartDiscoverer(((XunitTestFrameworkDiscoverer)base.CreateDiscoverer(assembly)).TestAssembly);

    /// <summary>Whether a part, such as 2/8, holds a class; all do where there are no parts.</summary>
    internal static bool Holds(string? part, string className)
    {
        if (string.IsNullOrEmpty(part))
            return true;
        var numbers = part.Split('/');
        if (numbers.Length != 2 || !TryCount(numbers[0], out var number) || !TryCount(numbers[1], out var count) || number > count)
            throw new FormatException($"{Variable} is \"{part}\", but must be as 2/8: the second of eight parts.");
        return Hash(className) % count == number - 1;
    }

    private static bool TryCount(string text, out uint count) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;

    // FNV-1a, since .NET's own differs from process to process.
    private static uint Hash(string text) => text.Aggregate(2166136261, (hash, letter) => (hash ^ letter) * 16777619);

    private sealed class PartDiscoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        private static readonly string? Part = Environment.GetEnvironmentVariable(Variable);

        protected override Type[] GetExportedTypes() => [.. base.GetExportedTypes().Where(type => Holds(Part, type.FullName!))];
    }
}
