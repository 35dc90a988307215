import java.io.FileInputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Judges PDF files by veraPDF's own PDF/UA-1 and PDF/A-3a profiles. Prints a line for each file and profile:
 * file TAB profile TAB true or false TAB the rules that failed.
 * The wheel that brings veraPDF leaves out JAXB, with which veraPDF reads its profiles, so they are read here.
 */
class VeraPdf {
    private static final String FOLDER = "/org/verapdf/pdfa/validation/";

    public static void main(String[] files) throws Exception {
        Logger.getLogger("org.verapdf").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : List.of("PDFUA-1", "PDFA-3A")) {
            ValidationProfile profile = read(FOLDER + name + ".xml");
            for (String file : files) judge(file, name, profile);
        }
    }

    private static void judge(String file, String name, ValidationProfile profile) throws Exception {
        try (var stream = new FileInputStream(file);
                var parser = Foundries.defaultInstance().createParser(stream, profile.getPDFAFlavour());
                var validator = Foundries.defaultInstance().createValidator(profile, 1, true, false, false)) {
            var result = validator.validate(parser);
            var failed = new ArrayList<String>();
            result.getFailedChecks().keySet().forEach(id -> failed.add(id.getClause() + "-" + id.getTestNumber()));
            System.out.println(String.join("\t", file, name, "" + result.isCompliant(), failed + " of " + result.getTotalAssertions()));
        }
    }

    private static ValidationProfile read(String resource) throws Exception {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(Profiles.class.getResourceAsStream(resource)).getDocumentElement();
        Set<Rule> rules = new HashSet<>();
        for (Element rule : children(document, "rule")) rules.add(rule(rule));
        Set<Variable> variables = new HashSet<>();
        for (Element variable : children(document, "variable"))
            variables.add(Profiles.variableFromValues(variable.getAttribute("name"), variable.getAttribute("object"),
                    text(variable, "defaultValue"), text(variable, "value")));
        return Profiles.profileFromValues(PDFAFlavour.valueOf(document.getAttribute("flavour")),
                Profiles.profileDetailsFromValues(resource, resource, "veraPDF", new Date()), "", rules, variables);
    }

    private static Rule rule(Element rule) {
        Element id = children(rule, "id").get(0);
        var key = Profiles.ruleIdFromValues(PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
        Boolean deferred = rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
        return Profiles.ruleFromValues(key, rule.getAttribute("object"), deferred, rule.getAttribute("tags"),
                text(rule, "description"), text(rule, "test"),
                Profiles.errorFromValues(text(rule, "message"), List.of()), List.of());
    }

    private static List<Element> children(Element parent, String tag) {
        NodeList nodes = parent.getElementsByTagName(tag);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) found.add((Element) nodes.item(i));
        return found;
    }

    private static String text(Element parent, String tag) {
        return children(parent, tag).get(0).getTextContent();
    }
}
