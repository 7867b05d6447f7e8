using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GanKit.Tests.House;

/// <summary>
/// The source files of the packages. Where a type stands is what its room is, whatever its namespace: a folder of src/GanKit, another
/// package as a whole, or what is compiled into several.
/// </summary>
internal static class SourceTree
{
    internal sealed record SourceFile(string Path, string Room, IReadOnlyList<DeclaredType> Types, int Lines);

    // FullName is as reflection writes it: GanKit.CyclePair`1.
    internal sealed record DeclaredType(string Name, string FullName, bool IsPublic);

    internal const string Shared = "Shared";

    internal static IReadOnlyList<SourceFile> Files { get; } = ReadFiles();

    /// <summary>The room of each type that stands in a file of its own right, by full name.</summary>
    internal static IReadOnlyDictionary<string, string> RoomOfType { get; } = Files
        .SelectMany(file => file.Types.Select(type => (type.FullName, file.Room)))
        .SelectMany(pair => pair.Room != Shared ? [pair] : new[] { pair, (FullName: pair.FullName.Replace("GanKit.", "GanKit.Checkpoints."), Room: Shared) })
        .DistinctBy(pair => pair.FullName)
        .ToDictionary(pair => pair.FullName, pair => pair.Room);

    internal static IReadOnlyList<string> Rooms { get; } =
        [.. Files.Select(file => file.Room).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Fails with every offender's name; xunit would cut the list short.</summary>
    internal static void AssertNone(IEnumerable<string> offenders)
    {
        var list = offenders.ToArray();
        Assert.True(list.Length == 0, string.Join(Environment.NewLine, list));
    }

    private static SourceFile[] ReadFiles()
    {
        const string Package = "GanKit";
        var root = Path.Combine(Repository.Root, "src");
        return
        [
            .. from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(root, path).Replace('\\', '/')
               let folders = relative.Split('/')[..^1]
               where folders.Length > 0 && !folders.Contains("bin") && !folders.Contains("obj")
               let room = folders[0] != Package ? folders[0].Replace($"{Package}.", "") : folders.ElementAtOrDefault(1) ?? ""
               let text = File.ReadAllText(path)
               orderby relative
               select new SourceFile(relative, room, [.. Declared(text)], text.AsSpan().Count('\n')),
        ];
    }

    private static IEnumerable<DeclaredType> Declared(string text)
    {
        var unit = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (var container in unit.Members.OfType<BaseNamespaceDeclarationSyntax>())
        {
            foreach (var member in container.Members)
            {
                var (name, arity) = member switch
                {
                    TypeDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
                    EnumDeclarationSyntax type => (type.Identifier.Text, 0),
                    DelegateDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
                    _ => ("", 0),
                };
                if (name.Length > 0)
                    yield return new(
                        name,
                        $"{container.Name}.{name}{(arity > 0 ? $"`{arity}" : "")}",
                        member.Modifiers.Any(modifier => modifier.IsKind(SyntaxKind.PublicKeyword)));
            }
        }
    }
}
