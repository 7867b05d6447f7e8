using System.ComponentModel;
using System.Runtime.CompilerServices;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Fluent;
using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.Loader;
using GanKit.ImageSharp;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace GanKit.Tests.House;

/// <summary>The arrows between the rooms of the house, read from the compiled library.</summary>
public class RoomTests
{
    private static readonly System.Reflection.Assembly[] Packages = [typeof(Batch).Assembly, typeof(PyTorchFile).Assembly, typeof(AnimatedGif).Assembly];

    private static readonly ArchUnitNET.Domain.Architecture House = new ArchLoader().LoadAssemblies(Packages).Build();

    /// <summary>
    /// What each room may know, besides itself and what is shared. Losses, regularizers, layers and pictures know nothing of what uses them;
    /// networks never know losses, nor losses networks; the trainer is known to what watches it alone.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Checkpoints"] = [],
        ["Shared"] = ["Checkpoints"],
        ["Runtime"] = ["Checkpoints"],
        ["Numerics"] = ["Contracts", "Runtime"],
        ["Contracts"] = [],
        ["Losses"] = ["Numerics"],
        ["Regularizers"] = ["Numerics"],
        ["Latents"] = ["Numerics"],
        ["Metrics"] = ["Numerics", "Losses", "Data", "Checkpoints"],
        ["Initialization"] = ["Numerics"],
        ["Layers"] = ["Contracts", "Numerics", "Runtime", "Initialization"],
        ["Inference"] = ["Numerics", "Runtime", "Layers"],
        ["Networks"] = ["Contracts", "Numerics", "Runtime", "Initialization", "Layers", "Inference", "Checkpoints"],
        ["Imaging"] = ["Numerics", "Runtime"],
        ["Data"] = ["Contracts", "Numerics", "Runtime", "Imaging"],
        ["Recognition"] = ["Numerics", "Runtime", "Layers", "Inference", "Networks", "Checkpoints"],
        ["Objectives"] = ["Contracts", "Numerics", "Runtime", "Losses", "Regularizers", "Latents", "Imaging", "Data"],
        ["Training"] = ["Contracts", "Numerics", "Runtime", "Losses", "Regularizers", "Latents", "Data", "Inference", "Objectives",
            "Checkpoints"],
        ["Resuming"] = ["Contracts", "Runtime", "Training", "Checkpoints"],
        ["Monitoring"] = ["Contracts", "Numerics", "Runtime", "Losses", "Imaging", "Latents", "Metrics", "Data", "Inference", "Objectives", "Training",
            "Checkpoints"],
        ["ImageSharp"] = ["Numerics", "Imaging", "Monitoring"],
    };

    public static TheoryData<string> Rooms => [.. SourceTree.Rooms];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_Types_DependOnlyOnRoomsItMayKnow(string room)
    {
        Assert.True(MayKnow.TryGetValue(room, out var known), $"The room '{room}' is new: say in {nameof(MayKnow)} what "
            + "it may know.");
        var strangers = SourceTree.Rooms.Except([room, SourceTree.Shared, .. known]).ToArray();

        Hold(Types().That().Are(In(room)).Should().NotDependOnAny(In(strangers))
            .Because($"{room} may know {(known.Length > 0 ? string.Join(", ", known) : "no other room")}"));
    }

    /// <summary>The design guide's table of rooms is the one that is held.</summary>
    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_InTheDesignGuide_MayKnowTheSame(string room)
    {
        var row = File.ReadLines(Path.Combine(Repository.Root, "docs", "design.md"))
            .SingleOrDefault(line => line.StartsWith($"| `{room}` |", StringComparison.Ordinal));

        Assert.True(row is not null, $"docs/design.md has no row for the room '{room}'.");
        var known = row.Split('|')[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.Trim('`'));
        Assert.Equal(MayKnow[room].Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void MayKnow_HasNoCycles()
    {
        var settled = new HashSet<string>();
        while (MayKnow.Keys.FirstOrDefault(room => !settled.Contains(room)
            && MayKnow[room].All(settled.Contains)) is { } next)
            settled.Add(next);

        SourceTree.AssertNone(MayKnow.Keys.Except(settled));
    }

    [Fact]
    public void TorchScript_IsKnownToNumericsAlone() => Hold(
        Types().That().Are(InAllBut("Numerics")).Should()
            .FollowCustomCondition(type => !Uses(type, "TorchSharp.torch+jit"), "not use torch.jit", "uses torch.jit"));

    [Fact]
    public void NativeLibraries_AreLoadedByThreeRoomsAlone() => Hold(
        Types().That().Are(InAllBut("Numerics", "Runtime", SourceTree.Shared)).Should().FollowCustomCondition(
            type => !Uses(type, "System.Runtime.InteropServices.NativeLibrary"), "not load native libraries",
            "loads a native library"));

    [Fact]
    public void NativeFunctions_AreDeclaredInNumericsAlone()
    {
        var declared =
            from type in Packages.SelectMany(package => package.GetTypes())
            where RoomOf(type.FullName!) is not "Numerics"
            from method in type.GetMethods((System.Reflection.BindingFlags)~0)
            where method.DeclaringType == type && method.Attributes.HasFlag(System.Reflection.MethodAttributes.PinvokeImpl)
            select $"{type.FullName}.{method.Name}";

        SourceTree.AssertNone(declared);
    }

    [Fact]
    public void Types_StandInARoom()
    {
        var homeless = Packages.SelectMany(package => package.GetTypes())
            .Where(type => type.Namespace?.StartsWith("GanKit", StringComparison.Ordinal) == true)
            .Select(type => type.FullName!)
            .Where(name => RoomOf(name) is null or "");

        SourceTree.AssertNone(homeless);
    }

    /// <summary>
    /// Building blocks of networks are in GanKit.Layers, files of weights in GanKit.Checkpoints; what a user types every day, and what any
    /// part may throw, is in GanKit.
    /// </summary>
    [Fact]
    public void PublicTypes_LiveInTheNamespacesOfTheirRooms()
    {
        var elsewhere =
            from type in Packages.SelectMany(package => package.GetExportedTypes())
            let room = RoomOf(type.FullName!)
            where type.Namespace != NamespaceOf(room) && !(type.Namespace == "GanKit.Layers" && room is "Networks") && type != typeof(NativeBackendException)
            select $"{type.FullName} of {room}";

        SourceTree.AssertNone(elsewhere);
    }

    /// <summary>What a completion list shows after <c>GanKit.</c> stays readable.</summary>
    [Fact]
    public void Namespace_OfTheTraining_ShowsFewTypes() => Assert.InRange(
        Packages.SelectMany(package => package.GetExportedTypes()).Count(
            type => type is { Namespace: "GanKit", IsNested: false }
                && !type.IsDefined(typeof(EditorBrowsableAttribute), inherit: false)), 40, 79);

    private static string NamespaceOf(string room) => room switch
    {
        "Layers" or "Checkpoints" or "ImageSharp" or "Metrics" or "Monitoring" or "Resuming" => "GanKit." + room,
        "Data" or "Imaging" => "GanKit.Data",
        "Networks" or "Recognition" or "Inference" => "GanKit.Networks",
        _ => "GanKit",
    };

    [Theory]
    [InlineData("GanKit", "TorchSharp", "SkiaSharp", "GanKit.Checkpoints")]
    [InlineData("GanKit.Checkpoints", "TorchSharp")]
    [InlineData("GanKit.ImageSharp", "TorchSharp", "GanKit", "SixLabors.ImageSharp", "System.IO.Hashing")]
    public void Package_ReferencesTheseAlone(string package, params string[] allowed)
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = Packages.Single(assembly => assembly.GetName().Name == package).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !File.Exists(Path.Combine(framework, name + ".dll")));

        SourceTree.AssertNone(references.Except(allowed));
    }

    /// <summary>What one package needs of another is public, as users need it too.</summary>
    [Fact]
    public void Packages_ShowTheirInternalsToTestsAlone()
    {
        var shown = Packages.SelectMany(package => package.GetCustomAttributes(typeof(InternalsVisibleToAttribute), inherit: false))
            .Select(attribute => ((InternalsVisibleToAttribute)attribute).AssemblyName);

        SourceTree.AssertNone(shown.Except(["GanKit.Tests", "GanKit.Benchmarks"]));
    }

    private static GivenTypesConjunction In(params string[] rooms) => Types().That()
        .FollowCustomPredicate(type => rooms.Contains(RoomOf(type.FullName)), $"stand in {string.Join(" or ", rooms)}");

    private static GivenTypesConjunction InAllBut(params string[] rooms) => In([.. SourceTree.Rooms.Except(rooms)]);

    private static bool Uses(IType type, string fullName) =>
        type.GetTypeDependencies().Any(
            target => target.FullName == fullName || target.FullName.StartsWith(fullName + "+", StringComparison.Ordinal));

    // Nested types, the compiler's closures among them, stand where the outermost one does.
    private static string? RoomOf(string fullName) => SourceTree.RoomOfType.GetValueOrDefault(fullName.Split('+', '/')[0]);

    private static void Hold(IArchRule rule) =>
        SourceTree.AssertNone(rule.Evaluate(House).Where(result => !result.Passed).Select(result => result.Description));
}
